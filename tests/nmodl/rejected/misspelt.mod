: expect 22 'gbra' is not declared; did you mean 'gbar'?
NEURON {
    SUFFIX x
    NONSPECIFIC_CURRENT i
    RANGE gbar, e
}
PARAMETER {
    gbar = 0.001 (S/cm2)
    e = -70 (mV)
    tau = 5 (ms)
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
}
STATE { m }
INITIAL {
    m = 0
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = gbra*m*(v - e)
}
DERIVATIVE states {
    m' = (1 - m)/tau
}
