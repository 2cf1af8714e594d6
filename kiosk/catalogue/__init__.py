"""What can be applied for: service definitions, their questions and the rules between them.

Services are data, compiled from a metadata file and an XLSForm workbook by `kiosk catalogue build`;
this room loads and evaluates the compiled form and never sees a workbook. `loader` and `regions`
read files, everything else here is pure.
"""
