using System.Globalization;
using System.Text;

namespace MlOps.Tests.Backends;

/// <summary>A request's first line and headers, with what they say of the body.</summary>
internal sealed class HttpRequestHead
{
    private readonly string[] _lines;

    public HttpRequestHead(byte[] bytes)
    {
        Bytes = bytes;
        _lines = Encoding.Latin1.GetString(bytes).Split("\r\n");
    }

    public byte[] Bytes { get; }

    public string RequestLine => _lines[0];

    public long ContentLength => long.Parse(Find("Content-Length") ?? "0", CultureInfo.InvariantCulture);

    public bool IsChunked => string.Equals(Find("Transfer-Encoding"), "chunked", StringComparison.OrdinalIgnoreCase);

    public bool ExpectsContinue => Find("Expect") is not null;

    private string? Find(string name) =>
        _lines.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
}
