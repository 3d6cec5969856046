TITLE Low-threshold (T type) calcium current that brings in no calcium

COMMENT
Traub, Buhl, Gloveli and Whittington, J Neurophysiol 89:909-921, 2003.  Its current
is not a calcium current to NEURON (the shell of cad does not see it) and reverses
at 125 mV.  m starts closed.

Rates come from a table of 641 intervals; its interpolation is part of the model's
published numbers.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX cat
    NONSPECIFIC_CURRENT i
    RANGE gbar, i
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
}

PARAMETER {
    gbar = 0.0 (mho/cm2)
}

ASSIGNED {
    v    (mV)
    i    (mA/cm2)
    minf
    hinf
    mtau (ms)
    htau (ms)
}

STATE { m h }

INITIAL {
    gates(v)
    m = 0
    h = hinf
}

BREAKPOINT {
    SOLVE kinetics METHOD cnexp
    i = gbar*m*m*h*(v - 125)
}

DERIVATIVE kinetics {
    gates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
}

UNITSOFF

PROCEDURE gates(v (mV)) {
    TABLE minf, mtau, hinf, htau FROM -120 TO 40 WITH 641
    minf = 1/(1 + exp((-v - 56)/6.2))
    mtau = 0.204 + 0.333/(exp((v + 15.8)/18.2) + exp((-v - 131)/16.7))
    hinf = 1/(1 + exp((v + 80)/4))
    if (v < -81) {
        htau = 0.333*exp((v + 466)/66.6)
    } else {
        htau = 9.32 + 0.333*exp((-v - 21)/10.5)
    }
}

UNITSON
