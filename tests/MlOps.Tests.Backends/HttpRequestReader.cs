using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MlOps.Tests.Backends;

/// <summary>Cuts what an HTTP/1.1 client sends into requests: head, then body by length or by chunks. Bytes come out as they went in.</summary>
internal sealed class HttpRequestReader(Socket client)
{
    private const int BufferSize = 64 << 10;
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;
    private long _bodyLeft;
    private bool _chunked;

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start.._end);

    /// <summary>Reads the next request's head, or <see langword="null"/> when the client has closed.</summary>
    public async Task<HttpRequestHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        if (await ReadThroughAsync("\r\n\r\n"u8.ToArray(), cancellationToken) is not { } bytes)
        {
            return null;
        }

        var head = new HttpRequestHead(bytes);
        _chunked = head.IsChunked;
        _bodyLeft = head.ContentLength;
        return head;
    }

    /// <summary>Reads more of the current request's body; nothing at its end.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadBodyAsync(CancellationToken cancellationToken)
    {
        if (_bodyLeft == 0 && _chunked)
        {
            return await ReadChunkHeadAsync(cancellationToken);
        }

        if (_bodyLeft == 0 || (Unread.IsEmpty && !await FillAsync(cancellationToken)))
        {
            return default;
        }

        var bytes = _buffer.AsMemory(_start, (int)Math.Min(_bodyLeft, Unread.Length));
        _start += bytes.Length;
        _bodyLeft -= bytes.Length;
        return bytes;
    }

    private async Task<ReadOnlyMemory<byte>> ReadChunkHeadAsync(CancellationToken cancellationToken)
    {
        var line = await ReadThroughAsync("\r\n"u8.ToArray(), cancellationToken) ?? [];
        var digits = Encoding.ASCII.GetString(line).Split(';')[0].Trim();
        var length = long.Parse(digits.Length == 0 ? "0" : digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if (length > 0)
        {
            _bodyLeft = length + "\r\n".Length;
            return line;
        }

        _chunked = false;
        var trailers = new List<byte>(line);
        while (await ReadThroughAsync("\r\n"u8.ToArray(), cancellationToken) is { } trailer)
        {
            trailers.AddRange(trailer);
            if (trailer.Length == "\r\n".Length)
            {
                break;
            }
        }

        return trailers.ToArray();
    }

    private async Task<byte[]?> ReadThroughAsync(byte[] mark, CancellationToken cancellationToken)
    {
        int found;
        while ((found = Unread.IndexOf(mark)) < 0)
        {
            if (!await FillAsync(cancellationToken))
            {
                return null;
            }
        }

        var bytes = Unread[..(found + mark.Length)].ToArray();
        _start += bytes.Length;
        return bytes;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        Unread.CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var count = await client.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        return count > 0;
    }
}
