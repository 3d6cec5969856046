: expect 6 'ina' is no variable of the ion k; there are ik, ek, ki and ko
NEURON {
    SUFFIX x
    NONSPECIFIC_CURRENT i
    USEION k READ ek
        WRITE ina
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
    ina
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
