: expect 18 there is no function 'expp'
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
    m = expp(1)
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = g*m*(v - e)
}
DERIVATIVE states {
    m' = (1 - m)/tau
}
