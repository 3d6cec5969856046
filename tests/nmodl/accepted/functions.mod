: run 20 stim 0.1
TITLE Functions, nested calls, LOCAL, and every function of the language
NEURON {
    SUFFIX functions
    NONSPECIFIC_CURRENT i
}
ASSIGNED {
    v (mV)
    i (mA/cm2)
}
STATE { m n }
INITIAL {
    m = squash(v, -50, 8)
    n = all(0.7)
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = 0.001*m*(v + 77) + 1e-5*n*v
}
DERIVATIVE states {
    LOCAL u, s
    u = v + 1
    s = squash(squash(u, -60, 5)*10 - 55, -50, 8)
    m' = (s - m)/(2 + 10*bell(u/30))
    n' = (all(m) - n)/4
}
FUNCTION squash(x (mV), half (mV), k (mV)) {
    squash = 1/(1 + exp(-(x - half)/k))
}
FUNCTION bell(x) {
    LOCAL square
    square = x*x
    bell = exp(-square)
}
FUNCTION all(x) {
    all = log(1 + x) + log10(2 + x) + sqrt(x + 1) + fabs(x - 0.5) + floor(10*x)/10
    all = all + ceil(3*x)/3 + sinh(x/2) + cosh(x) + tanh(2*x) + pow(x + 0.1, 2.5)
    all = all/10 + exp(-x)
}
