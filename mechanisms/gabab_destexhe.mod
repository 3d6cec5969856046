TITLE GABA-B receptor, G protein and potassium channel

COMMENT
Transmitter pulses bind a receptor, bound receptors make G protein, four of which open
a potassium channel at once: Destexhe and Sejnowski, PNAS 92:9515-9519, 1995; Destexhe,
Bal, McCormick and Sejnowski, J Neurophysiol 76:2049-2070, 1996.  Rates fitted to Otis,
De Koninck and Mody, J Physiol 463:391-407, 1993.

    R' = K1*T*(bound by pulses) - K2*R     G' = K3*R - K4*G     g = G^4/(G^4 + KD)

The weight scales the pulse; the channel's largest conductance is 1 uS.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS gabab_destexhe
    NONSPECIFIC_CURRENT i
    RANGE R, G, g
    GLOBAL Cmax, Cdur, K1, K2, K3, K4, KD, Erev, cutoff
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
    (uS) = (microsiemens)
    (mM) = (milli/liter)
}

PARAMETER {
    Cmax   = 0.5    (mM)     : transmitter during a pulse
    Cdur   = 0.3    (ms)     : length of a pulse
    K1     = 0.52   (/ms/mM) : binding to the receptor
    K2     = 0.0013 (/ms)    : unbinding
    K3     = 0.098  (/ms)    : making of G protein
    K4     = 0.033  (/ms)    : its decay
    KD     = 100             : dissociation constant of the channel
    Erev   = -95    (mV)
    cutoff = 1e12            : G above which the channel counts as open
}

ASSIGNED {
    v     (mV)
    i     (nA)
    g     (uS)
    R
    G4
    synon      : weight of the pulses now on
    Rinf
    Rtau  (ms)
}

STATE { Ron Roff G }

INITIAL {
    R = 0
    G = 0
    Ron = 0
    Roff = 0
    synon = 0
    Rinf = K1*Cmax/(K1*Cmax + K2)
    Rtau = 1/(K1*Cmax + K2)
}

BREAKPOINT {
    SOLVE cascade METHOD derivimplicit
    if (G < cutoff) {
        G4 = G*G*G*G
        g = G4/(G4 + KD)
    } else {
        g = 1
    }
    i = g*(v - Erev)
}

DERIVATIVE cascade {
    Ron' = synon*K1*Cmax - (K1*Cmax + K2)*Ron
    Roff' = -K2*Roff
    R = Ron + Roff
    G' = K3*R - K4*G
}

: Per connection: the bound fraction r0 at time t0.
NET_RECEIVE(weight, r0, t0 (ms)) {
    if (flag == 1) {
        r0 = weight*(Rinf + (r0 - Rinf)*exp(-(t - t0)/Rtau))
        t0 = t
        synon = synon - weight
        Ron = Ron - r0
        Roff = Roff + r0
    } else {
        r0 = weight*r0*exp(-K2*(t - t0))
        t0 = t
        synon = synon + weight
        Ron = Ron + r0
        Roff = Roff - r0
        net_send(Cdur, 1)
    }
}
