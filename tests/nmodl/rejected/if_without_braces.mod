: expect 22 expected '{' to open the block
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
    m = 0
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    if (v > 0) i = 2
}
DERIVATIVE states {
    m' = (1 - m)/tau
}
