: run 20 stim 0.03
TITLE Currents that are not linear in v: conductance by a difference quotient
NEURON {
    SUFFIX nonlinear_current
    NONSPECIFIC_CURRENT i, j
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
    j (mA/cm2)
}
BREAKPOINT {
    i = 1e-6*(v + 70)^3/10
    j = 0.0002*(v + 65)/(1 + exp(-(v + 40)/10))
}
