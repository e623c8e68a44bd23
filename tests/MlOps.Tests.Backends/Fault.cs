namespace MlOps.Tests.Backends;

/// <summary>A fault that a <see cref="FaultProxy"/> injects into a request or a response. Bytes are counted from the start of the message.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>Breaks the connection (TCP reset) once this many bytes of the request have gone to the server.</summary>
    public sealed record ResetRequest(long AfterBytes) : Fault;

    /// <summary>Breaks the connection (TCP reset) once this many bytes of the answer have gone to the client.</summary>
    public sealed record ResetResponse(long AfterBytes) : Fault;

    /// <summary>Forwards this many bytes of the request and then nothing more, with the connection left open.</summary>
    public sealed record StallRequest(long AfterBytes) : Fault;

    /// <summary>Forwards this many bytes of the answer and then nothing more, with the connection left open.</summary>
    public sealed record StallResponse(long AfterBytes) : Fault;

    /// <summary>Waits before each piece of the request, of at most 64 KiB.</summary>
    public sealed record SlowRequest(TimeSpan Pause) : Fault;

    /// <summary>Lets the server carry the request out and breaks the connection in place of its answer.</summary>
    public sealed record LoseAnswer : Fault;

    /// <summary>Waits before the first byte of the answer.</summary>
    public sealed record Latency(TimeSpan Delay) : Fault;

    /// <summary>Waits before each piece of the answer, of at most 64 KiB.</summary>
    public sealed record SlowResponse(TimeSpan Pause) : Fault;

    /// <summary>Holds the answer back until all requests that the fault hits have come: for ever, if they come one after another.</summary>
    public sealed record HoldAnswer : Fault;

    /// <summary>Answers in the server's place, which never sees the request.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Code">The error code, as S3 (in the body) and Azure (in a header) give it.</param>
    public sealed record Answer(int Status = 503, string Code = "SlowDown") : Fault;
}
