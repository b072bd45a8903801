import numpy as np, pandas as pd
from scipy import stats
def rank(v, method):
    s=pd.Series(v); return ((s.rank(method=method)-.5)/s.count()).to_numpy()
def gaussian(v): return stats.norm.ppf(v)
def power(v,p):
    r=np.sign(v)*np.abs(v)**p
    assert np.std(r)==0 or np.corrcoef(r,v)[0,1]>=.9
    return r
def pearson(a,b): return pd.Series(a).corr(pd.Series(b))
def spearman(a,b): return pd.Series(a).corr(pd.Series(b),method="spearman")
def neutralize(P,N,proportion):
    A=np.hstack([N,np.ones((len(N),1))]); return P-proportion*A@np.linalg.lstsq(A,P,rcond=1e-6)[0]
