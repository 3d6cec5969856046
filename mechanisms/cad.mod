TITLE Calcium in a thin shell below the membrane

COMMENT
Entry by the calcium current, exponential return to rest: the first-order pump and
buffer of Destexhe, Babloyantz and Sejnowski, Biophys J 65:1538-1552, 1993.  Current
out of the cell does not lower the concentration.

10000 turns mA/cm2 over um into mM/ms.  The Faraday constant is NEURON's own, so that
the same legacy value holds here as in the Nernst potential when it is asked for.
ENDCOMMENT

NEURON {
    THREADSAFE
    SUFFIX cad
    USEION ca READ ica, cai WRITE cai
    RANGE ca, taur
    GLOBAL depth, cainf
}

UNITS {
    (molar) = (1/liter)
    (mM)    = (millimolar)
    (um)    = (micron)
    (mA)    = (milliamp)
    FARADAY = (faraday) (coulomb)
}

PARAMETER {
    depth = .1     (um) : thickness of the shell
    taur  = 200    (ms) : return to rest
    cainf = 100e-6 (mM) : at rest
}

ASSIGNED {
    ica   (mA/cm2)
    cai   (mM)
    entry (mM/ms)
}

STATE { ca (mM) <1e-5> }

INITIAL {
    ca = cainf
    cai = ca
}

BREAKPOINT {
    SOLVE shell METHOD cnexp
}

DERIVATIVE shell {
    entry = -(10000)*ica/(2*FARADAY*depth)
    if (entry <= 0.) {
        entry = 0.
    }
    ca' = entry + (cainf - ca)/taur
    cai = ca
}
