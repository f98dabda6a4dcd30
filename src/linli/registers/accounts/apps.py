from django.apps import AppConfig


class Accounts(AppConfig):
    name = "linli.registers.accounts"
