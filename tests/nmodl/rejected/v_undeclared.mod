: expect 21 'v' is not declared; add 'v (mV)' to ASSIGNED
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
    i (mA/cm2)
}
STATE { m }
INITIAL {
    m = 0
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = g*m*(v - e)
}
DERIVATIVE states {
    m' = (1 - m)/tau
}
