TITLE Passive membrane

COMMENT
The same numbers as the pas that NEURON brings along, where it is built in.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX pas
    NONSPECIFIC_CURRENT i
    RANGE g, e
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S)  = (siemens)
}

PARAMETER {
    g = .001 (S/cm2) <0,1e9>
    e = -70  (mV)
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
}

BREAKPOINT {
    i = g*(v - e)
}
