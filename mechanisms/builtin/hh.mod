TITLE Sodium and potassium channels of the squid axon, and leak

COMMENT
Hodgkin and Huxley, J Physiol 117:500-544, 1952, with voltage in today's sign and absolute
mV; the rates are those of 6.3 degC, with a Q10 of 3.

The same numbers as the hh that NEURON brings along, where it is built in: its rates come
from a table of 200 intervals of 1 mV (but for NEURONs made with CoreNEURON, such as the wheels
of Python's index, which compute them).
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX hh
    USEION na READ ena WRITE ina
    USEION k READ ek WRITE ik
    NONSPECIFIC_CURRENT il
    RANGE gnabar, gkbar, gl, el, gna, gk
    RANGE minf, hinf, ninf, mtau, htau, ntau
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S)  = (siemens)
}

PARAMETER {
    gnabar = .12   (S/cm2) <0,1e9>
    gkbar  = .036  (S/cm2) <0,1e9>
    gl     = .0003 (S/cm2) <0,1e9>
    el     = -54.3 (mV)
}

ASSIGNED {
    v       (mV)
    celsius (degC)
    ena     (mV)
    ek      (mV)
    gna     (S/cm2)
    gk      (S/cm2)
    ina     (mA/cm2)
    ik      (mA/cm2)
    il      (mA/cm2)
    minf
    hinf
    ninf
    mtau    (ms)
    htau    (ms)
    ntau    (ms)
}

STATE { m h n }

INITIAL {
    gates(v)
    m = minf
    h = hinf
    n = ninf
}

BREAKPOINT {
    SOLVE kinetics METHOD cnexp
    gna = gnabar*m*m*m*h
    ina = gna*(v - ena)
    gk = gkbar*n*n*n*n
    ik = gk*(v - ek)
    il = gl*(v - el)
}

DERIVATIVE kinetics {
    gates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
    n' = (ninf - n)/ntau
}

UNITSOFF

PROCEDURE gates(v (mV)) {
    LOCAL opening, closing, rate, q10
    TABLE minf, mtau, hinf, htau, ninf, ntau DEPEND celsius FROM -100 TO 100 WITH 200
    q10 = 3^((celsius - 6.3)/10)

    opening = .1*linoid(-(v + 40), 10)
    closing = 4*exp(-(v + 65)/18)
    rate = opening + closing
    mtau = 1/(q10*rate)
    minf = opening/rate

    opening = .07*exp(-(v + 65)/20)
    closing = 1/(exp(-(v + 35)/10) + 1)
    rate = opening + closing
    htau = 1/(q10*rate)
    hinf = opening/rate

    opening = .01*linoid(-(v + 55), 10)
    closing = .125*exp(-(v + 65)/80)
    rate = opening + closing
    ntau = 1/(q10*rate)
    ninf = opening/rate
}

: x / (exp(x/k) - 1), with its limit where that is 0/0
FUNCTION linoid(x, k) {
    if (fabs(x/k) < 1e-6) {
        linoid = k*(1 - x/k/2)
    } else {
        linoid = x/(exp(x/k) - 1)
    }
}

UNITSON
