using MlOps.Storage;

namespace MlOps.Testing.Tests.Storage;

internal sealed class IgnoresConditions : DelegatingStore
{
    public override Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        Inner.WriteAsync(path, content, WithoutCondition(options), cancellationToken);

    public static ArtifactWriteOptions WithoutCondition(ArtifactWriteOptions? options) => options is null ? new() : new()
    {
        ContentType = options.ContentType,
        Metadata = options.Metadata,
        ExpectedSha256 = options.ExpectedSha256,
    };
}

/// <summary>Looks first and writes then, which lets a second writer in between.</summary>
internal sealed class ChecksBeforeItWrites : DelegatingStore
{
    private readonly TaskCompletionSource _bothLooked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _looked;

    public override async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (options is null)
        {
            return await Inner.WriteAsync(path, content, options, cancellationToken);
        }

        var current = await Inner.FindAsync(path, cancellationToken);
        if (options.Condition.IsIfAbsent && current is not null)
        {
            throw new ArtifactExistsException(path);
        }

        if (options.Condition.ETag is { } required && required != current?.ETag)
        {
            throw new ArtifactConflictException(path);
        }

        if (Interlocked.Increment(ref _looked) == 2)
        {
            _bothLooked.SetResult();
        }

        await _bothLooked.Task;
        return await Inner.WriteAsync(path, content, IgnoresConditions.WithoutCondition(options), cancellationToken);
    }
}

internal sealed class AlwaysConflicts : DelegatingStore
{
    public override Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        options?.Condition.ETag is null ? Inner.WriteAsync(path, content, options, cancellationToken) : throw new ArtifactConflictException(path);
}

/// <summary>Lists nothing and takes only so many versions of an artifact, and counts what it is asked for.</summary>
internal sealed class BreaksDown : DelegatingStore
{
    private static int s_calls;
    private int _versions;

    public static int Calls => Volatile.Read(ref s_calls);

    public override Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref s_calls);
        return base.FindAsync(path, cancellationToken);
    }

    public override Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref s_calls);
        return base.OpenReadAsync(path, options, cancellationToken);
    }

    public override Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref s_calls);
        return path == ArtifactPath.Parse("a") && Interlocked.Increment(ref _versions) > 5
            ? throw new IOException("The disk has gone.")
            : base.WriteAsync(path, content, options, cancellationToken);
    }

    public override IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default) =>
        throw new IOException("The disk has gone.");
}

internal sealed class StoresWhatItGotBeforeAFailure : DelegatingStore
{
    public override async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var partial = new MemoryStream();
        try
        {
            await content.CopyToAsync(partial, cancellationToken);
        }
        finally
        {
            await WriteOneAsync(partial);
        }

        return await WriteOneAsync(partial);

        Task<ArtifactWriteResult> WriteOneAsync(MemoryStream bytes)
        {
            bytes.Position = 0;
            return Inner.WriteAsync(path, bytes, options, CancellationToken.None);
        }
    }
}

internal sealed class ShowsContentBeforeItsEnd : DelegatingStore
{
    public override async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        await Inner.WriteBytesAsync(path, [0], options, cancellationToken);
        return await Inner.WriteAsync(path, content, options, cancellationToken);
    }
}

internal sealed class ChecksTheDigestAfterStoring : DelegatingStore
{
    public override async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var written = await Inner.WriteAsync(path, content, new ArtifactWriteOptions { Condition = options?.Condition ?? default }, cancellationToken);
        return options?.ExpectedSha256 is { } expected && expected != written.Sha256
            ? throw new ArtifactIntegrityException(path, expected, written.Sha256)
            : written;
    }
}

internal sealed class WrapsTheContentsException : DelegatingStore
{
    public override async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.WriteAsync(path, content, options, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException)
        {
            throw new ProviderException("Broken", "write", isTransient: true, "The backend failed.", exception);
        }
    }
}

internal sealed class DisposesTheContent : DelegatingStore
{
    public override async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        await using (content)
        {
            return await Inner.WriteAsync(path, content, options, cancellationToken);
        }
    }
}

internal sealed class RewindsTheContent : DelegatingStore
{
    public override Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (content.CanSeek)
        {
            content.Position = 0;
        }

        return Inner.WriteAsync(path, content, options, cancellationToken);
    }
}

internal sealed class ReadsTheContentSynchronously : DelegatingStore
{
    public override async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var buffer = new MemoryStream();
        var piece = new byte[4_096];
        for (int count; (count = content.Read(piece, 0, piece.Length)) > 0;)
        {
            buffer.Write(piece, 0, count);
        }

        buffer.Position = 0;
        return await Inner.WriteAsync(path, buffer, options, cancellationToken);
    }
}

/// <summary>Takes a read that delivers less than the buffer holds for the last one.</summary>
internal sealed class TakesAShortReadForTheEnd : DelegatingStore
{
    public override async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var buffer = new byte[32 << 20];
        var count = await content.ReadAsync(buffer, cancellationToken);
        using var read = new MemoryStream(buffer, 0, count);
        return await Inner.WriteAsync(path, read, options, cancellationToken);
    }
}

internal sealed class IgnoresCancellation : DelegatingStore
{
    public override Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
        Inner.WriteAsync(path, content, options, CancellationToken.None);

    public override IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default) =>
        Inner.ListAsync(prefix, startAfter, CancellationToken.None);
}

internal sealed class DropsMetadataItCannotEncode : DelegatingStore
{
    public override Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) => Inner.WriteAsync(
            path,
            content,
            new ArtifactWriteOptions { Metadata = (options ?? new()).Metadata.ToDictionary(static pair => pair.Key, static pair => pair.Value.Trim()) },
            cancellationToken);
}

internal class BuffersWhatItWrites : DiskStore
{
    public override async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (!Buffers(content, options))
        {
            return await Inner.WriteAsync(path, content, options, cancellationToken);
        }

        using var whole = new MemoryStream();
        await content.CopyToAsync(whole, cancellationToken);
        whole.Position = 0;
        return await Inner.WriteAsync(path, whole, options, cancellationToken);
    }

    protected virtual bool Buffers(Stream content, ArtifactWriteOptions? options) => true;
}

internal sealed class BuffersWhatItWritesIfAbsent : BuffersWhatItWrites
{
    protected override bool Buffers(Stream content, ArtifactWriteOptions? options) => options?.Condition.IsIfAbsent == true;
}

internal sealed class BuffersContentThatCanSeek : BuffersWhatItWrites
{
    protected override bool Buffers(Stream content, ArtifactWriteOptions? options) => content.CanSeek;
}
