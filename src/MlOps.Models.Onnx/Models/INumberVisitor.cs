using System.Numerics;

namespace MlOps.Models;

/// <summary>An operation on a numeric type that is known only at run time. It requires no dynamic code.</summary>
internal interface INumberVisitor<TResult>
{
    TResult Visit<T>()
        where T : unmanaged, INumberBase<T>;
}
