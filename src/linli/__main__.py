from linli.shell.commands import main

raise SystemExit(main())
