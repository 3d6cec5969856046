: run 30 stim 0.02 event 2 0.01 event 5.012 0.02 event 6 0.01 event 20 0.02
TITLE Events with memory of their connection, and events to itself
NEURON {
    POINT_PROCESS synapse_pulses
    USEION ca WRITE ica
    NONSPECIFIC_CURRENT i
    RANGE length
    GLOBAL depression
}
PARAMETER {
    length = 3 (ms)
    depression = 0.7
}
ASSIGNED {
    v (mV)
    i (nA)
    ica (nA)
    on
    counted
}
STATE { r }
INITIAL {
    r = 0
    on = 0
    counted = 0
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = r*(v - 5)*(1 + 0.01*counted)
    ica = 0.1*r*(v - 120)
}
DERIVATIVE states {
    r' = (on - r)/1.5
}
NET_RECEIVE(w (uS), strength, last (ms)) {
    INITIAL {
        strength = w
        last = -1000
    }
    if (flag == 0) {
        strength = 1 - (1 - strength*depression)*exp(-(t - last)/10)
        on = on + w*strength
        last = t
        counted = counted + 1
        net_send(length, 1)
        if (counted > 2) {
            net_send(length/2, 2)
        }
    } else if (flag == 1) {
        on = on*0.1
    } else {
        r = r/2
    }
}
