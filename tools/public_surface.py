"""Import Linter contract: from outside a context, import only its public modules."""
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PublicSurface(Contract):
    type_name = "public_surface"
    floors = fields.SetField(subfield=fields.StringField())
    public = fields.SetField(subfield=fields.StringField())
    composers = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        floors, public, composers = (cast(set[str], f) for f in (self.floors, self.public, self.composers))

        def place(module: str) -> tuple[str, str]:
            """The context that a module belongs to, and its file there; empty words outside every context."""
            parts = module.split(".")
            if len(parts) < 3 or ".".join(parts[:2]) not in floors:
                return "", ""
            return ".".join(parts[:3]), ".".join(parts[3:4])

        leaks = []
        for importer in graph.modules:
            if ".".join(importer.split(".")[:2]) in composers:
                continue
            for imported in graph.find_modules_directly_imported_by(importer):
                context, file = place(imported)
                if context and context != place(importer)[0] and file not in public:
                    leaks.append((importer, imported))
        return ContractCheck(kept=not leaks, metadata={"leaks": sorted(leaks)})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["leaks"]:
            output.print_error(f"{importer} -> {imported}", bold=False)
