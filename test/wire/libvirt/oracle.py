"""Decodes and re-encodes messages with libvirt's own XDR functions.

libvirt.so.0 exports xdr_remote_* and xdr_qemu_*, which rpcgen made from libvirt's protocol definition: they are
the judge of our layouts. Standard input is a JSON list of messages {id, program, number, kind, hex}; `kind` is
args, ret, msg or error. Standard output is a JSON object: `names` maps program and number to the name that the
installed SystemTap tapset gives, `verdicts` has one entry for each message, null when every byte agrees.
"""
import ctypes
import json
import re
import sys

TAPSET = '/usr/share/systemtap/tapset/libvirt_functions.stp'
PROGRAMS = {'remote': 0x20008086, 'qemu': 0x20008087}
ENCODE, DECODE, FREE = 0, 1, 2
# Larger than any decoded struct; what lists and strings need is allocated apart.
STRUCT_BYTES = 16384


class Xdr(ctypes.Structure):
    """libtirpc's XDR handle, as far as xdrmem uses it."""
    _fields_ = [('op', ctypes.c_int), ('ops', ctypes.c_void_p), ('public', ctypes.c_void_p),
                ('private', ctypes.c_void_p), ('base', ctypes.c_void_p), ('handy', ctypes.c_uint)]

    def position(self):
        return (self.private or 0) - (self.base or 0)


libvirt = ctypes.CDLL('libvirt.so.0')
tirpc = ctypes.CDLL('libtirpc.so.3')


def procedure_names():
    """{'remote': {number: name}, 'qemu': {...}} of the installed version."""
    tapset = open(TAPSET).read()
    body = tapset[tapset.index('function libvirt_rpc_procedure_name'):]
    names = {}
    for program, branch in re.findall(r'program == (\d+) && version == 1\) \{(.*?)\n  (?=\}|else)', body, re.S):
        names[int(program)] = dict(re.findall(r'proc == (\d+)\) \{\s*procstr = "(\w+)"', branch))
    return {name: {int(number): text for number, text in names[program].items()} for name, program in PROGRAMS.items()}


def symbol_of(message, names):
    if message['kind'] == 'error':
        return 'xdr_virNetMessageError'
    name = names[message['program']].get(message['number'])
    return name and 'xdr_%s_%s_%s' % (message['program'], name, message['kind'])


def judge(message, names):
    data = bytes.fromhex(message['hex'])
    symbol = symbol_of(message, names)
    if symbol is None:
        return 'libvirt has no procedure of this number'
    try:
        function = getattr(libvirt, symbol)
    except AttributeError:
        return None if not data else '%s does not exist, so the body is empty, but %d bytes were encoded' % (symbol, len(data))
    struct = ctypes.create_string_buffer(STRUCT_BYTES)
    source = ctypes.create_string_buffer(data, len(data) + 1)
    reader = Xdr()
    tirpc.xdrmem_create(ctypes.byref(reader), source, len(data), DECODE)
    if not function(ctypes.byref(reader), struct):
        return '%s cannot decode it' % symbol
    if reader.position() != len(data):
        return '%s used %d of %d bytes' % (symbol, reader.position(), len(data))
    target = ctypes.create_string_buffer(len(data) + 4096)
    writer = Xdr()
    tirpc.xdrmem_create(ctypes.byref(writer), target, len(data) + 4096, ENCODE)
    if not function(ctypes.byref(writer), struct):
        return '%s cannot encode it again' % symbol
    again = target.raw[:writer.position()]
    freer = Xdr()
    tirpc.xdrmem_create(ctypes.byref(freer), target, 0, FREE)
    function(ctypes.byref(freer), struct)
    return None if again == data else '%s encodes other bytes: %s' % (symbol, again.hex())


def main():
    names = procedure_names()
    messages = json.load(sys.stdin)
    json.dump({'names': names, 'verdicts': [judge(message, names) for message in messages]}, sys.stdout)


main()
