: expect 24 'ek' is only READ by USEION
NEURON {
    SUFFIX x
    NONSPECIFIC_CURRENT i
    USEION k READ ek
    RANGE g, e
}
PARAMETER {
    g = 0.001 (S/cm2)
    e = -70 (mV)
    tau = 5 (ms)
}
ASSIGNED {
    v (mV)
    ek
    i (mA/cm2)
}
STATE { m }
INITIAL {
    m = 0
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    ek = 1
    i = g*m*(v - e)
}
DERIVATIVE states {
    m' = (1 - m)/tau
}
