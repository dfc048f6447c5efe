"""What the packages ``hops`` and ``maggy`` have in common: how programs written for them are run."""
