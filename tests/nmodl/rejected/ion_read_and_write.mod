: expect 15 'ik' is both READ and WRITE
NEURON {
    SUFFIX x
    NONSPECIFIC_CURRENT i
    USEION k READ ik WRITE ik
    RANGE g, e
}
PARAMETER {
    g = 0.001 (S/cm2)
    e = -70 (mV)
    tau = 5 (ms)
}
ASSIGNED {
    v (mV)
    ik (mA/cm2)
    i (mA/cm2)
}
STATE { m }
INITIAL {
    m = 0
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = g*v
    i = g*m*(v - e)
}
DERIVATIVE states {
    m' = (1 - m)/tau
}
