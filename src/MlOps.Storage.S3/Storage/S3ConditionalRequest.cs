using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace MlOps.Storage;

/// <summary>Sends a conditional put request, and determines the outcome if the response is ambiguous.</summary>
internal sealed class S3ConditionalRequest(S3Bucket bucket)
{
    /// <summary>The number of attempts for colliding writers; they take about 3 seconds.</summary>
    public const int ManyAttempts = 6;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Tries to store an object.</summary>
    /// <remarks>
    /// A rejected request may have succeeded: if a response is lost, the SDK repeats the request, which then finds its own object. A status of 409 or 500 may
    /// mean that two writers collided, and either or none of them succeeded. In these cases, the nonce and the ETag of the object determine the outcome.
    /// </remarks>
    /// <param name="write">The conditional write.</param>
    /// <param name="makeRequest">Creates the request, with its stream at the beginning.</param>
    /// <param name="isQuoted"><see langword="true"/> to send the ETag in quotes.</param>
    /// <param name="maxAttempts">The maximum number of attempts if the server rejects the request although the condition is true.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The new ETag, or <see langword="null"/> if the condition is false.</returns>
    public async Task<string?> TryAsync(
        S3Write write, Func<PutObjectRequest> makeRequest, bool isQuoted, int maxAttempts, CancellationToken cancellationToken)
    {
        if (write.Condition.ETag == "*")
        {
            // In HTTP, * matches any version. No version has this ETag.
            return null;
        }

        for (var attempt = 1; ; attempt++)
        {
            var request = makeRequest();
            request.IfNoneMatch = write.Condition.IsIfAbsent ? "*" : null;
            request.IfMatch = write.Condition.ETag is { } eTag ? (isQuoted ? S3Attributes.Quote(eTag) : eTag) : null;
            try
            {
                return await bucket.PutAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsUncertain(exception, cancellationToken))
            {
                var current = await bucket.FindAsync(write.Key, cancellationToken).ConfigureAwait(false);
                if (current is not null && S3Attributes.GetNonce(current.Metadata) == write.Nonce)
                {
                    return S3Attributes.Unquote(current.ETag);
                }

                if (!Holds(write.Condition, current))
                {
                    return null;
                }

                // The SDK has already retried transient errors. Only collisions are retried here.
                if (attempt >= maxAttempts || !IsCollision(exception))
                {
                    throw;
                }
            }

            await Task.Delay(s_firstPause * Math.Pow(2, attempt - 1), cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool Holds(WriteCondition condition, GetObjectMetadataResponse? current) => condition.IsIfAbsent
        ? current is null
        : current is not null && S3Attributes.Unquote(current.ETag) == condition.ETag;

    /// <summary>Determines whether two writers collided. AWS and newer Ceph versions return 409; Ceph 16 returns 500.</summary>
    private static bool IsCollision(Exception exception) => exception is AmazonS3Exception
    {
        StatusCode: HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed or HttpStatusCode.NotFound or HttpStatusCode.InternalServerError
    };

    private static bool IsUncertain(Exception exception, CancellationToken cancellationToken) =>
        exception is AmazonS3Exception answer
            ? S3Errors.IsConditionFailed(answer) || S3Errors.IsAbsent(answer) || answer.StatusCode >= HttpStatusCode.InternalServerError
            : S3Errors.IsBrokenConnection(exception, cancellationToken) && !S3Errors.IsUnreachable(exception);
}
