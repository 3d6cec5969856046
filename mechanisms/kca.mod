TITLE Calcium-dependent potassium current

COMMENT
A gate whose opening rate is proportional to internal calcium, independent of voltage:
Pennefather, Lancaster, Adams and Nicoll, PNAS 82:3040-3044, 1985, with the rates
used for neocortical cells by Reuveni et al., J Neurosci 13:4609-4621, 1993, and
Mainen and Sejnowski, Nature 382:363-366, 1996.  gbar is in pS/um2; 1e-4 turns
pS/um2 mV into mA/cm2.

Mechanisms are updated in alphabetical order, so n follows the calcium of the new step.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX kca
    USEION k READ ek WRITE ik
    USEION ca READ cai
    RANGE n, gk, gbar, ninf, ntau
    GLOBAL Ra, Rb, caix, q10, temp, tshift
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    (pS) = (picosiemens)
    (um) = (micron)
}

PARAMETER {
    gbar   = 10   (pS/um2)
    caix   = 1              : power of calcium in the opening rate
    Ra     = 0.01 (/ms)     : opening rate at 1 mM
    Rb     = 0.02 (/ms)     : closing rate
    temp   = 23   (degC)    : the rates' own temperature
    q10    = 2.3
    tshift = 30.7 (degC)
}

ASSIGNED {
    v       (mV)
    celsius (degC)
    cai     (mM)
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
    gate(cai)
    n = ninf
}

BREAKPOINT {
    SOLVE kinetics METHOD cnexp
    gk = tadj*gbar*n
    ik = (1e-4)*gk*(v - ek)
}

DERIVATIVE kinetics {
    gate(cai)
    n' = (ninf - n)/ntau
}

UNITSOFF

PROCEDURE gate(cai (mM)) {
    LOCAL opening
    opening = Ra*cai^caix
    ntau = 1/tadj/(opening + Rb)
    ninf = opening/(opening + Rb)
}

UNITSON
