: run 20 stim 0.1
TITLE Currents of two ions with constant reversal potentials
NEURON {
    THREADSAFE
    SUFFIX ion_currents
    USEION na READ ena WRITE ina REPRESENTS CHEBI:29101
    USEION k READ ek WRITE ik
    RANGE gna, gk
}
UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
}
PARAMETER {
    gna = 0.0001 (S/cm2)
    gk  = 0.0003 (S/cm2)
    ena (mV)
}
ASSIGNED {
    v   (mV)
    ek  (mV)
    ina (mA/cm2)
    ik  (mA/cm2)
}
BREAKPOINT {
    ina = gna*(v - ena)
    ik = gk*(v - ek)
}
