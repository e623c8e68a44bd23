using System.Runtime.CompilerServices;

namespace MlOps.Validation;

/// <summary>Creates shallow copies of objects without reflection.</summary>
internal static class ShallowCopy
{
    public static T Of<T>(T value)
        where T : class => (T)Clone(value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = nameof(MemberwiseClone))]
    private static extern object Clone(object value);
}
