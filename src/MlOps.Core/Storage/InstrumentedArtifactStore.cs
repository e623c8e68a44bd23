using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace MlOps.Storage;

/// <summary>Adds spans, metrics and logs to a store. <c>AddMlOps</c> wraps all stores in this decorator.</summary>
internal sealed partial class InstrumentedArtifactStore : IArtifactStore, IDisposable, IAsyncDisposable
{
    private readonly IArtifactStore _inner;
    private readonly string _key;
    private readonly ILogger _logger;
    private readonly StoreInstruments _instruments;
    private bool _disposed;

    public InstrumentedArtifactStore(IArtifactStore inner, string key, IMeterFactory meters, ILogger<InstrumentedArtifactStore> logger)
    {
        _inner = inner;
        _key = key;
        _logger = logger;
        _instruments = new StoreInstruments(meters, key);
    }

    public async Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        using var call = _instruments.Start("find", path);
        try
        {
            var info = await _inner.FindAsync(path, cancellationToken).ConfigureAwait(false);
            if (info is null)
            {
                call.FindNothing();
            }

            return info;
        }
        catch (Exception exception)
        {
            call.Fail(exception);
            throw;
        }
    }

    public async Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        var call = _instruments.Start("read", path);
        try
        {
            if (await _inner.OpenReadAsync(path, options, cancellationToken).ConfigureAwait(false) is { } content)
            {
                LogOpened(path, _key, content.Info.Size);
                return new ArtifactContent(content.Info, new InstrumentedReadStream(content.Stream, call));
            }

            call.FindNothing();
            call.Dispose();
            return null;
        }
        catch (Exception exception)
        {
            call.Fail(exception);
            call.Dispose();
            throw;
        }
    }

    public async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var call = _instruments.Start("write", path);
        try
        {
            var result = await _inner.WriteAsync(path, content, options, cancellationToken).ConfigureAwait(false);
            call.AddBytes(result.Size);
            LogWritten(path, _key, result.Size);
            return result;
        }
        catch (Exception exception)
        {
            call.Fail(exception);
            throw;
        }
    }

    public async Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        using var call = _instruments.Start("delete", path);
        try
        {
            await _inner.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
            LogDeleted(path, _key);
        }
        catch (Exception exception)
        {
            call.Fail(exception);
            throw;
        }
    }

    public async IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var call = _instruments.Start("list", prefix);
        var entries = _inner.ListAsync(prefix, startAfter, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = entries.ConfigureAwait(false);
        var any = false;
        while (true)
        {
            try
            {
                if (!await entries.MoveNextAsync().ConfigureAwait(false))
                {
                    break;
                }

                any = true;
            }
            catch (Exception exception)
            {
                call.Fail(exception);
                throw;
            }

            yield return entries.Current;
        }

        if (!any)
        {
            call.FindNothing();
        }
    }

    public override string? ToString() => _inner.ToString();

    public object? GetService(Type serviceType) => serviceType.IsInstanceOfType(this) ? this : _inner.GetService(serviceType);

    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            (_inner as IDisposable)?.Dispose();
        }
    }

    /// <remarks>The container disposes this object twice, because it is registered as a keyed and as an unkeyed service.</remarks>
    public async ValueTask DisposeAsync()
    {
        if (_inner is not IAsyncDisposable inner)
        {
            Dispose();
        }
        else if (!Interlocked.Exchange(ref _disposed, true))
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(100, LogLevel.Debug, "Opened '{Path}' in store '{Store}': {Size} bytes.")]
    private partial void LogOpened(ArtifactPath path, string store, long size);

    [LoggerMessage(101, LogLevel.Debug, "Wrote '{Path}' to store '{Store}': {Size} bytes.")]
    private partial void LogWritten(ArtifactPath path, string store, long size);

    [LoggerMessage(102, LogLevel.Debug, "Deleted '{Path}' from store '{Store}'.")]
    private partial void LogDeleted(ArtifactPath path, string store);
}
