using System.Diagnostics;

namespace MlOps.Storage;

/// <summary>
/// Marks calls of background polling. A call that finds no change is not recorded as a span or a measurement. All other calls are recorded.
/// </summary>
internal static class BackgroundPolling
{
    private static readonly AsyncLocal<bool> s_isActive = new();

    /// <summary>An unsampled parent span. The spans of SDK clients are its children and are therefore not sampled.</summary>
    private static readonly Lazy<Activity> s_unsampled = new(static () => new Activity("mlops background look").Start());

    /// <summary>Gets a value indicating whether the current call belongs to background polling.</summary>
    public static bool IsActive => s_isActive.Value;

    /// <summary>Marks subsequent calls until the scope is disposed.</summary>
    public static Scope Begin()
    {
        var scope = new Scope(Activity.Current);
        s_isActive.Value = true;

        // The span must not become a child of the current span and inherit its sampling when it is created.
        Activity.Current = null;
        Activity.Current = s_unsampled.Value;
        return scope;
    }

    /// <summary>Ends the marking when it is disposed.</summary>
    internal sealed class Scope(Activity? before) : IDisposable
    {
        public void Dispose()
        {
            s_isActive.Value = false;
            Activity.Current = before;
        }
    }
}
