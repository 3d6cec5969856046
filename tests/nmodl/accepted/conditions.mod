: run 30 stim 0.08
TITLE if, else if, else, and logic
NEURON {
    SUFFIX conditions
    NONSPECIFIC_CURRENT i
    RANGE g
}
PARAMETER {
    g = 0.0004 (S/cm2)
    on = 1
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
    tau (ms)
    inf
    gate
}
STATE { m }
INITIAL {
    rates(v)
    m = inf
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    if (v < -62 || !(on == 1)) {
        gate = 1
    } else if (v >= -50 && on) {
        LOCAL half
        half = 0.5
        gate = half
    } else {
        gate = 0.8 + 0.1*(m > 0.4)
    }
    i = g*gate*m*(v + 80)
}
DERIVATIVE states {
    rates(v)
    m' = (inf - m)/tau
}
PROCEDURE rates(u (mV)) {
    tau = 5
    inf = 1/(1 + exp(-(u + 55)/6))
    if (u <= -60) {
        tau = 8
        if (u != -65) {
            inf = inf*1.1
        }
    }
}
