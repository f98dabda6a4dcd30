from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from linli.kernel.refs import new_ref


class Account(AbstractBaseUser):
    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    username = models.CharField(max_length=60, unique=True, db_comment="personal: a name or phone chosen to sign in")
    USERNAME_FIELD = "username"
