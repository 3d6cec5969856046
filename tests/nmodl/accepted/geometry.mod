: run 20 stim 0.1
TITLE Size of the compartment
NEURON {
    SUFFIX geometry
    NONSPECIFIC_CURRENT i
}
ASSIGNED {
    v (mV)
    diam (um)
    area (um2)
    i (mA/cm2)
}
BREAKPOINT {
    i = 0.0003*(v + 70)*diam/20 + 0.0001*(v + 50)*area/1000
}
