TITLE Anomalous rectifier (h current)

COMMENT
Traub, Buhl, Gloveli and Whittington, J Neurophysiol 89:909-921, 2003, reversing at
-35 mV.  m starts at 0.25, whatever the voltage.

Rates come from a table of 641 intervals; its interpolation is part of the model's
published numbers.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX ar
    NONSPECIFIC_CURRENT i
    RANGE gbar, i
    GLOBAL erev
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
}

PARAMETER {
    gbar = 0.0 (mho/cm2)
    erev = -35 (mV)
}

ASSIGNED {
    v    (mV)
    i    (mA/cm2)
    minf
    mtau (ms)
}

STATE { m }

INITIAL {
    gate(v)
    m = 0.25
}

BREAKPOINT {
    SOLVE kinetics METHOD cnexp
    i = gbar*m*(v - erev)
}

DERIVATIVE kinetics {
    gate(v)
    m' = (minf - m)/mtau
}

UNITSOFF

PROCEDURE gate(v (mV)) {
    TABLE minf, mtau FROM -120 TO 40 WITH 641
    minf = 1/(1 + exp((v + 75)/5.5))
    mtau = 1/(exp(-14.6 - 0.086*v) + exp(-1.87 + 0.07*v))
}

UNITSON
