: expect 14 BREAKPOINT computes 'q' from its earlier value
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
    q
    i (mA/cm2)
}
STATE { m }
INITIAL {
    m = 0
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    q = q + 1
    i = g*m*q*(v - e)
}
DERIVATIVE states {
    m' = (1 - m)/tau
}
