: expect 18 the FUNCTION 'f' has no value on some path
NEURON {
    SUFFIX x
    NONSPECIFIC_CURRENT i
    RANGE g, e
}
PARAMETER {
    g = 0.001 (S/cm2)
    e = -70 (mV)
    tau = 5 (ms)
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
}
STATE { m }
INITIAL {
    m = f(v)
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = g*m*(v - e)
}
DERIVATIVE states {
    m' = (1 - m)/tau
}
FUNCTION f(x) {
    if (x > 0) {
        f = 1
    }
}
