"""Who may conclude on the yearly reports: the office that registers organisations of that kind there."""
CONCLUDE = "registration.conclude"
