TITLE High-voltage-activated calcium current

COMMENT
Two activation gates and one inactivation gate (m*m*h) with the rates of Reuveni,
Friedman, Amitai and Gutnick, J Neurosci 13:4609-4621, 1993, as used by Mainen and
Sejnowski, Nature 382:363-366, 1996: ohmic, driven by eca.  gbar is in pS/um2; 1e-4
turns pS/um2 mV into mA/cm2.

Rates come from a table of 199 intervals; its interpolation is part of the model's
published numbers.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX ca
    USEION ca READ eca WRITE ica
    RANGE m, h, gca, gbar
    RANGE minf, hinf, mtau, htau
    GLOBAL q10, temp, vshift, tshift
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (pS) = (picosiemens)
    (um) = (micron)
}

PARAMETER {
    gbar   = 0.1  (pS/um2)
    vshift = 0    (mV)      : moves every gate along the voltage axis
    temp   = 23   (degC)    : the rates' own temperature
    q10    = 2.3
    tshift = 30.7 (degC)
}

ASSIGNED {
    v       (mV)
    celsius (degC)
    eca     (mV)
    ica     (mA/cm2)
    gca     (pS/um2)
    minf
    hinf
    mtau    (ms)
    htau    (ms)
    tadj
}

STATE { m h }

INITIAL {
    tadj = q10^((celsius - temp - tshift)/10)
    gates(v + vshift)
    m = minf
    h = hinf
}

BREAKPOINT {
    SOLVE kinetics METHOD cnexp
    gca = tadj*gbar*m*m*h
    ica = (1e-4)*gca*(v - eca)
}

DERIVATIVE kinetics {
    gates(v + vshift)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
}

UNITSOFF

: tadj is set in INITIAL as well: what only a table fill sets would not be set in
: threads that find the table full.
PROCEDURE gates(v (mV)) {
    LOCAL opening, closing, speed
    TABLE minf, hinf, mtau, htau DEPEND celsius, temp, q10, tshift FROM -120 TO 100 WITH 199
    speed = q10^((celsius - temp - tshift)/10)

    opening = 0.055*(-27 - v)/(exp((-27 - v)/3.8) - 1)
    closing = 0.94*exp((-75 - v)/17)
    mtau = 1/speed/(opening + closing)
    minf = opening/(opening + closing)

    opening = 0.000457*exp((-13 - v)/50)
    closing = 0.0065/(exp((-v - 15)/28) + 1)
    htau = 1/speed/(opening + closing)
    hinf = opening/(opening + closing)
}

UNITSON
