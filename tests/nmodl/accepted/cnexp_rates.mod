: run 20 stim 0.1
TITLE Rates instead of a steady state and a time constant
NEURON {
    SUFFIX cnexp_rates
    NONSPECIFIC_CURRENT i
    RANGE gbar, e
}
PARAMETER {
    gbar = 0.01 (S/cm2)
    e = -70 (mV)
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
    a (/ms)
    b (/ms)
}
STATE { m n p }
INITIAL {
    rates(v)
    m = a/(a + b)
    n = 0.2
    p = 0
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = gbar*(m*m + 0.1*n + p)*(v - e)
}
DERIVATIVE states {
    rates(v)
    m' = a*(1 - m) - b*m
    : each equation is solved with the others' latest values
    n' = (m - n)/3 + 0.1*(1 - n)
    p' = 0.01*m
}
PROCEDURE rates(u (mV)) {
    a = 0.3*exp((u + 50)/20)
    b = 0.2/(1 + exp(-(u + 60)/15))
}
