: expect 20 the DERIVATIVE block 'states' is never solved
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
    m
    i (mA/cm2)
}
BREAKPOINT {
    i = g*m*(v - e)
}
DERIVATIVE states {
    m = 1
}
