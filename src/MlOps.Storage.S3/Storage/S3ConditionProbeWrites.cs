using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;

namespace MlOps.Storage;

/// <summary>
/// Tests by small writes whether a server supports conditions atomically. Many S3-compatible servers ignore them, or do not check them atomically.
/// </summary>
internal sealed class S3ConditionProbeWrites(S3Bucket bucket)
{
    /// <summary>The folder of the test objects. An <see cref="ArtifactPath"/> segment cannot end with a dot, so listings do not contain them.</summary>
    internal const string Folder = "mlops-probe./";
    private const int Racers = 8;
    private const int Rounds = 2;
    private readonly S3ConditionalRequest _request = new(bucket);

    public Task<S3ConditionProbeResult> RunAsync() => bucket.RunAsync("write", path: null, ProbeAsync, CancellationToken.None);

    private async Task<S3ConditionProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        var name = bucket.ToKey(Folder + Guid.NewGuid().ToString("N"));
        var isReached = true;
        try
        {
            return await ProbeAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotImplemented)
        {
            return Lacks($"it returns 501 {exception.ErrorCode} for a conditional write.");
        }
        catch (Exception exception) when (S3Errors.IsUnreachable(exception))
        {
            isReached = false;
            throw;
        }
        finally
        {
            if (isReached)
            {
                await CleanUpAsync(name, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Deletes the test objects. Best effort: the result does not depend on it.</summary>
    private async Task CleanUpAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            for (var round = 0; round <= Rounds; round++)
            {
                await bucket.Client.DeleteObjectAsync(bucket.Name, $"{name}-{round}", cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (bucket.Errors.Translate(exception, "delete", path: null, cancellationToken) is not null)
        {
            // The remaining test objects have a few bytes.
        }
    }

    private async Task<S3ConditionProbeResult> ProbeAsync(string name, CancellationToken cancellationToken)
    {
        var key = $"{name}-0";
        if (await TryAsync(key, WriteCondition.IfAbsent, isQuoted: false, cancellationToken).ConfigureAwait(false) is not { } eTag)
        {
            return Lacks("it rejects 'If-None-Match: *' although there is no object.");
        }

        if (!await IsStoredAsync(key, cancellationToken).ConfigureAwait(false))
        {
            return Lacks("it does not store the bytes that were sent, for example because it stores the framing of 'aws-chunked'.");
        }

        if (await TryAsync(key, WriteCondition.IfAbsent, isQuoted: false, cancellationToken).ConfigureAwait(false) is not null)
        {
            return Lacks("it ignores 'If-None-Match: *' and overwrites the object.");
        }

        var isQuoted = await TryAsync(key, WriteCondition.IfMatch(eTag), isQuoted: true, cancellationToken).ConfigureAwait(false) is not null;
        if (!isQuoted && await TryAsync(key, WriteCondition.IfMatch(eTag), isQuoted, cancellationToken).ConfigureAwait(false) is null)
        {
            return Lacks("it rejects 'If-Match' although the ETag is current.");
        }

        if (await TryAsync(key, WriteCondition.IfMatch(eTag), isQuoted, cancellationToken).ConfigureAwait(false) is not null)
        {
            return Lacks("it ignores 'If-Match' and overwrites an object with another ETag.");
        }

        for (var round = 1; round <= Rounds; round++)
        {
            if (await RaceAsync($"{name}-{round}", WriteCondition.IfAbsent, isQuoted, cancellationToken).ConfigureAwait(false) is not { } winner)
            {
                return Lacks("'If-None-Match: *' does not let exactly one of several writers succeed.");
            }

            if (await RaceAsync($"{name}-{round}", WriteCondition.IfMatch(winner), isQuoted, cancellationToken).ConfigureAwait(false) is null)
            {
                return Lacks("'If-Match' does not let exactly one of several writers succeed.");
            }
        }

        return new S3ConditionProbeResult(Missing: null, isQuoted);
    }

    private static S3ConditionProbeResult Lacks(string missing) => new(missing, IsQuoted: false);

    /// <summary>Starts competing writers. Returns the ETag of the only winner, or <see langword="null"/> if there is not exactly one.</summary>
    private async Task<string?> RaceAsync(string key, WriteCondition condition, bool isQuoted, CancellationToken cancellationToken)
    {
        var racers = Enumerable.Range(0, Racers).Select(_ => PutAsync(key, condition, isQuoted, S3ConditionalRequest.ManyAttempts, cancellationToken));
        var eTags = await Task.WhenAll(racers).ConfigureAwait(false);
        var winners = eTags.Where(static eTag => eTag is not null).ToArray();
        return winners.Length == 1 ? winners[0] : null;
    }

    /// <summary>Writes once. Returns <see langword="null"/> if the server rejects the condition.</summary>
    private async Task<string?> TryAsync(string key, WriteCondition condition, bool isQuoted, CancellationToken cancellationToken)
    {
        try
        {
            return await PutAsync(key, condition, isQuoted, maxAttempts: 1, cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception exception) when (S3Errors.IsConditionFailed(exception))
        {
            return null;
        }
    }

    /// <summary>Writes unique content, so that no other version has its ETag.</summary>
    private async Task<string?> PutAsync(string key, WriteCondition condition, bool isQuoted, int maxAttempts, CancellationToken cancellationToken)
    {
        var write = new S3Write(bucket, key, new ArtifactWriteOptions { Condition = condition });
        var content = Encoding.ASCII.GetBytes(write.Nonce);
        var digest = Sha256Digest.Of(content);
        return await _request.TryAsync(
            write, () => write.Put(new MemoryStream(content), digest), isQuoted, maxAttempts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Determines whether the content of an object is exactly the nonce of its writer.</summary>
    private async Task<bool> IsStoredAsync(string key, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest { BucketName = bucket.Name, Key = key, ByteRange = new ByteRange(0, short.MaxValue) };
        using var response = await bucket.Client.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
        using var content = new StreamReader(response.ResponseStream);
        return await content.ReadToEndAsync(cancellationToken).ConfigureAwait(false) == S3Attributes.GetNonce(response.Metadata);
    }
}
