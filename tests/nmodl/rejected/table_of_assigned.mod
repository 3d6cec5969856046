: expect 32 the TABLE of 'rates' depends on 'r', which is not known when tables are filled
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
    r
    i (mA/cm2)
}
STATE { m }
INITIAL {
    r = 2
    rates(v)
    m = q
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = g*m*(v - e)
}
DERIVATIVE states {
    m' = (1 - m)/tau
}
PROCEDURE rates(u) {
    TABLE q FROM 0 TO 1 WITH 10
    q = u*r
}
