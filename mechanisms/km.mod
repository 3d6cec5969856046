TITLE Slow, non-inactivating (muscarinic) potassium current

COMMENT
A first-order gate with the rate functions of Mainen and Sejnowski, Nature
382:363-366, 1996, after the M current of Gutfreund, Yarom and Segev, J Physiol
483:621-640, 1995.  gbar is in pS/um2; 1e-4 turns pS/um2 mV into mA/cm2.

Rates come from a table of 199 intervals; its interpolation is part of the model's
published numbers.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX km
    USEION k READ ek WRITE ik
    RANGE n, gk, gbar, ninf, ntau
    GLOBAL Ra, Rb, tha, qa, q10, temp, tshift
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (pS) = (picosiemens)
    (um) = (micron)
}

PARAMETER {
    gbar   = 10    (pS/um2)
    tha    = -30   (mV)     : half activation
    qa     = 9     (mV)     : slope
    Ra     = 0.001 (/ms)    : largest opening rate
    Rb     = 0.001 (/ms)    : largest closing rate
    temp   = 23    (degC)   : the rates' own temperature
    q10    = 2.3
    tshift = 30.7  (degC)
}

ASSIGNED {
    v       (mV)
    celsius (degC)
    ek      (mV)
    ik      (mA/cm2)
    gk      (pS/um2)
    ninf
    ntau    (ms)
    tadj
}

STATE { n }

INITIAL {
    tadj = q10^((celsius - temp - tshift)/10)
    gate(v)
    n = ninf
}

BREAKPOINT {
    SOLVE kinetics METHOD cnexp
    gk = tadj*gbar*n
    ik = (1e-4)*gk*(v - ek)
}

DERIVATIVE kinetics {
    gate(v)
    n' = (ninf - n)/ntau
}

UNITSOFF

: tadj is set in INITIAL as well: what only a table fill sets would not be set in
: threads that find the table full.
PROCEDURE gate(v (mV)) {
    LOCAL opening, closing, speed
    TABLE ninf, ntau DEPEND celsius, temp, q10, tshift, Ra, Rb, tha, qa FROM -120 TO 100 WITH 199
    opening = Ra*(v - tha)/(1 - exp(-(v - tha)/qa))
    closing = -Rb*(v - tha)/(1 - exp((v - tha)/qa))
    speed = q10^((celsius - temp - tshift)/10)
    ntau = 1/speed/(opening + closing)
    ninf = opening/(opening + closing)
}

UNITSON
