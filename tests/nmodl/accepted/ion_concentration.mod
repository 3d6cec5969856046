: run 20 stim 0.1
TITLE A concentration that follows its current, with the Nernst potential after it
NEURON {
    SUFFIX ion_concentration
    USEION ca READ cai, eca, ica WRITE cai
    NONSPECIFIC_CURRENT i
}
UNITS {
    FARADAY = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
    PI = (pi) (1)
}
CONSTANT { volume = 2.5 (um) }
ASSIGNED {
    v    (mV)
    cai  (mM)
    eca  (mV)
    ica  (mA/cm2)
    i    (mA/cm2)
}
STATE { c (mM) <1e-6> }
INITIAL {
    c = cai
}
BREAKPOINT {
    SOLVE shell METHOD cnexp
    i = 1e-6*(v - eca)*(1 + PI*R/FARADAY)
}
DERIVATIVE shell {
    c' = -5000*i/(FARADAY*volume) - 5000*ica/(FARADAY*volume) + (1e-4 - c)/50
    cai = c
}
