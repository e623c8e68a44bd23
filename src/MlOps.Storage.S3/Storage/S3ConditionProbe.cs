using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Determines once whether the server supports conditional writes: from the saved verdict of an earlier process, or by test writes.</summary>
internal sealed class S3ConditionProbe : IConditionProbe
{
    // The saved verdicts start with the version of the probe.
    private const string Quoted = "1 quoted";
    private const string Unquoted = "1 unquoted";
    private readonly S3Bucket _bucket;
    private readonly S3ConditionProbeWrites _writes;
    private readonly SharedTask<S3ConditionProbeResult> _result;
    private Func<CancellationToken, Task<string?>>? _find;
    private Func<string, CancellationToken, Task>? _save;

    public S3ConditionProbe(S3Bucket bucket)
    {
        _bucket = bucket;
        _writes = new S3ConditionProbeWrites(bucket);
        _result = new SharedTask<S3ConditionProbeResult>(FindResultAsync);
    }

    public string Target
    {
        get
        {
            var config = _bucket.Client.Config;
            var server = string.IsNullOrEmpty(config.ServiceURL) ? $"AWS {config.RegionEndpoint?.SystemName}" : config.ServiceURL.TrimEnd('/');
            return $"{server} {_bucket.Name}";
        }
    }

    public void UseVerdicts(Func<CancellationToken, Task<string?>> find, Func<string, CancellationToken, Task> save)
    {
        ArgumentNullException.ThrowIfNull(find);
        ArgumentNullException.ThrowIfNull(save);
        (_find, _save) = (find, save);
    }

    public Task VerifyAsync(CancellationToken cancellationToken = default) => GetResultAsync(cancellationToken);

    /// <exception cref="ProviderException">The server does not support conditional writes.</exception>
    public async Task<S3ConditionProbeResult> GetResultAsync(CancellationToken cancellationToken)
    {
        var result = await _result.GetAsync(cancellationToken).ConfigureAwait(false);
        return result.Missing is null
            ? result
            : throw new ProviderException(
                S3Errors.Provider,
                "write",
                isTransient: false,
                $"The server of bucket '{_bucket.Name}' does not support conditional writes: {result.Missing} "
                + $"Set {_bucket.Options.NameOf(nameof(S3StorageOptions.ServiceUrl))} to a server that does. Unconditional writes are not affected.");
    }

    private async Task<S3ConditionProbeResult> FindResultAsync()
    {
        switch (_find is null ? null : await _find(CancellationToken.None).ConfigureAwait(false))
        {
            case Quoted:
                return new S3ConditionProbeResult(Missing: null, IsQuoted: true);
            case Unquoted:
                return new S3ConditionProbeResult(Missing: null, IsQuoted: false);
        }

        var result = await _writes.RunAsync().ConfigureAwait(false);
        if (result.Missing is null && _save is not null)
        {
            await _save(result.IsQuoted ? Quoted : Unquoted, CancellationToken.None).ConfigureAwait(false);
        }

        return result;
    }
}
