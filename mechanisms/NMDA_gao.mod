TITLE NMDA receptor with pulses of transmitter and magnesium block

COMMENT
Two-state kinetics driven by square pulses of transmitter, solved exactly over all
inputs of one synapse: Destexhe, Mainen and Sejnowski, Neural Comput 6:14-18, 1994.
Magnesium block: Jahr and Stevens, J Neurosci 10:3178-3182, 1990, with slope 0.072/mV.
Calcium carries a tenth of the current: Ascher and Nowak, J Physiol 399:247-266, 1988.
Parameters of Gao, Graham, Zhou, Jang, Angulo, Dura-Bernal, Hines, Lytton and Antic,
J Neurophysiol 125:1501-1516, 2021.

Three currents reach the membrane, as in the published file: i and iNMDA, which are
equal, and ica, a tenth of them; together 2.1 times g*(v - e).

An input during a running pulse of the same connection prolongs it (t + Cdur) and does
not add to it; pulses of different connections add.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS NMDA_gao
    USEION ca WRITE ica
    NONSPECIFIC_CURRENT i, iNMDA
    RANGE g, Alpha, Beta, e, gmax, ica, Cdur, iNMDA, i
    GLOBAL mg, Cmax
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
    (mM) = (milli/liter)
}

PARAMETER {
    Cmax  = 1    (mM)     : transmitter during a pulse
    Cdur  = 1    (ms)     : length of a pulse
    Alpha = 4    (/ms/mM) : binding
    Beta  = 0.01 (/ms)    : unbinding
    e     = 0    (mV)
    mg    = 1    (mM)     : external magnesium
    gmax  = 1    (uS)
}

ASSIGNED {
    v     (mV)
    i     (nA)
    iNMDA (nA)
    ica   (nA)
    g     (uS)
    Rinf       : open fraction that a lasting pulse reaches
    Rtau  (ms)
    synon      : weight of the pulses now on
    block
}

STATE { Ron Roff }

INITIAL {
    Rinf = Cmax*Alpha/(Cmax*Alpha + Beta)
    Rtau = 1/(Cmax*Alpha + Beta)
    synon = 0
}

BREAKPOINT {
    SOLVE binding METHOD cnexp
    block = mgblock(v)
    g = (Ron + Roff)*gmax*block
    iNMDA = g*(v - e)
    i = iNMDA
    ica = iNMDA/10
}

DERIVATIVE binding {
    Ron' = (synon*Rinf - Ron)/Rtau
    Roff' = -Beta*Roff
}

FUNCTION mgblock(v (mV)) {
    TABLE DEPEND mg FROM -140 TO 80 WITH 1000
    mgblock = 1/(1 + exp(0.072 (/mV)*-v)*(mg/3.57 (mM)))
}

: Per connection: is a pulse on, how many inputs so far, the open fraction r0 at time t0.
NET_RECEIVE(weight, on, inputs, r0, t0 (ms)) {
    if (flag == 0) {
        inputs = inputs + 1
        if (!on) {
            r0 = r0*exp(-Beta*(t - t0))
            t0 = t
            on = 1
            synon = synon + weight
            Ron = Ron + r0
            Roff = Roff - r0
        }
        : the end of the pulse, unless another input comes before
        net_send(Cdur, inputs)
    }
    if (flag == inputs) {
        r0 = weight*Rinf + (r0 - weight*Rinf)*exp(-(t - t0)/Rtau)
        t0 = t
        synon = synon - weight
        Ron = Ron - r0
        Roff = Roff + r0
        on = 0
    }
}
