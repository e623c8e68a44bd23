using System.Diagnostics;

namespace MlOps.Storage;

/// <summary>Marks calls of background polling: one that finds nothing leaves no span and no measurement. One that finds something or fails is recorded like any other.</summary>
internal static class BackgroundLook
{
    private static readonly AsyncLocal<bool> s_isActive = new();

    /// <summary>A span that is not sampled, so that the spans of clients below a store, which are its children, are not sampled either.</summary>
    private static readonly Lazy<Activity> s_unsampled = new(static () => new Activity("mlops background look").Start());

    /// <summary>Gets a value indicating whether the current call belongs to background polling.</summary>
    public static bool IsActive => s_isActive.Value;

    /// <summary>Marks the calls that follow, until the scope is disposed.</summary>
    public static Scope Begin()
    {
        var scope = new Scope(Activity.Current);
        s_isActive.Value = true;
        Activity.Current = s_unsampled.Value;
        return scope;
    }

    /// <summary>The end of the marked calls.</summary>
    internal sealed class Scope(Activity? before) : IDisposable
    {
        public void Dispose()
        {
            s_isActive.Value = false;
            Activity.Current = before;
        }
    }
}
