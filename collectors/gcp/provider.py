class Gcp: pass
